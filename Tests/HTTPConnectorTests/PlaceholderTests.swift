import Testing

@Test("The module is there")
func moduleIsThere() {}
