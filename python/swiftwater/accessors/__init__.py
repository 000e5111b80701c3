"""`.str` and `.dt`: methods of text and of moments."""
