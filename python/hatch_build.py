"""Puts the engine's library and the command line into the wheel, and names the platform that they are for."""

from __future__ import annotations

import os
import sysconfig
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class EngineHook(BuildHookInterface):  # type: ignore[type-arg]
    """Takes both from the folder that SWIFTWATER_BUILD names; scripts/wheel builds them there."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        folder = os.environ.get("SWIFTWATER_BUILD")
        if not folder:
            raise RuntimeError("SWIFTWATER_BUILD names no folder with the engine; build the wheel with 'make wheel'")
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform}"
        build_data["force_include"][os.path.join(folder, "libSwiftwaterC.so")] = "swiftwater/libSwiftwaterC.so"
        build_data["shared_scripts"][os.path.join(folder, "swiftwater")] = "swiftwater"
