"""An SVG as PNG, where what draws it and a Japanese font are installed. Knows nothing of what is in the picture.

Drawn in a process of its own, which this file is too: the library holds the interpreter while it draws, and that would
keep everybody waiting.
"""

import subprocess
import sys
from importlib.util import find_spec

ZOOM = 2.0  # pixels for a unit, so that it stays sharp on a fine screen
PATIENCE = 20.0  # seconds; a picture takes a tenth of one
NEEDED = ("resvg_py", "pylopdf_fonts_jp")  # of requirements/full.in


def to_png(svg: str) -> bytes | None:
    """The picture as pixels; None where it cannot be drawn here. Waits for it, so not for an event loop to call."""
    if not all(map(find_spec, NEEDED)):
        return None
    command = [sys.executable, "-I", __file__]
    try:
        return subprocess.run(command, input=svg.encode(), capture_output=True, timeout=PATIENCE, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None


def main() -> None:
    """Draw what comes in, with the one font: a picture looks the same on every machine."""
    from pylopdf_fonts_jp import sans_path
    from resvg_py import svg_to_bytes

    svg = sys.stdin.buffer.read().decode()
    drawn = svg_to_bytes(svg, zoom=ZOOM, skip_system_fonts=True, font_files=[str(sans_path())])
    sys.stdout.buffer.write(drawn)


if __name__ == "__main__":
    main()
