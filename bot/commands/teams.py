"""`teams package`: the app for Teams as one file, ready to be uploaded, with the ids of the registered bot in it."""

import json
import sys
import zipfile
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from bot.bootstrap import OURS, read_settings

PARTS = OURS.parent / "deploy" / "teams"
MANIFESTS = {"1.29": "manifest.json", "1.28": "manifest-1.28.json"}
ICONS = ("color.png", "outline.png")
NOBODY = "00000000-0000-0000-0000-000000000000"  # stands in the manifests where the app's id goes

teams_app = typer.Typer(no_args_is_help=True)


@teams_app.callback()
def teams() -> None:
    """The app for Microsoft Teams."""


@teams_app.command("package")
def write_package(
    app_id: Annotated[str | None, typer.Option("--app-id", metavar="GUID", help="Else TEAMS_APP_ID.")] = None,
    schema: Annotated[str, typer.Option("--schema", help="1.29, or 1.28 for tenants that refuse it.")] = "1.29",
    out: Annotated[Path, typer.Option("--out", metavar="FILE")] = Path("secret-review-teams.zip"),
) -> None:
    """Write the file that is uploaded to Teams."""
    named = app_id or read_settings().teams_app_id or ""
    if schema not in MANIFESTS:
        raise typer.BadParameter(" | ".join(MANIFESTS), param_hint="--schema")
    try:
        known = str(UUID(named))
    except ValueError as fault:
        raise typer.BadParameter("GUID", param_hint="--app-id") from fault
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("manifest.json", json.dumps(read_manifest(schema, known), ensure_ascii=False, indent=2))
        for icon in ICONS:
            package.write(PARTS / icon, icon)
    sys.stdout.write(f"{out}\n")


def read_manifest(schema: str, app_id: str) -> Any:
    """The manifest of this schema, for this app."""
    text = (PARTS / MANIFESTS[schema]).read_text(encoding="utf-8")
    return json.loads(text.replace(NOBODY, app_id))
