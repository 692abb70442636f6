"""Run lessons and solutions again in place and store their outputs: make notebooks [ONLY=09, or a notebook's path].

Only outputs and execution counts change; metadata is kept to the least, so that a diff shows what a reader would see.
"""

import os
import sys
from pathlib import Path

import nbformat
from build_exercises import metadata
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

ROOT = Path(__file__).resolve().parents[1]
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def notebooks():
    """The notebooks whose outputs are stored: all lessons and all solutions."""
    return sorted(ROOT.glob("notebooks/*.ipynb")) + sorted(ROOT.glob("exercises/*_solution.ipynb"))


def chosen(names):
    """The notebooks that have one of these paths, or whose own name begins so; all of them when nothing is named.

    Raises ValueError when a name fits none.
    """
    found = {name: [path for path in notebooks() if path.name.startswith(name) or path == Path(name).resolve()]
             for name in names}
    for name, paths in found.items():
        if not paths:
            raise ValueError(f"{name} is no lesson and no solution: say ONLY=09 or ONLY=notebooks/09_topic.ipynb")
    return [path for path in notebooks() if not names or any(path in paths for paths in found.values())]


def run(path):
    """Run one notebook and write it back. Raises CellExecutionError when a cell fails; the file is then unchanged."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=120, kernel_name="python3", store_widget_state=False,
                            record_timing=False, coalesce_streams=True, extra_arguments=["--log-level=ERROR"],
                            resources={"metadata": {"path": path.parent}})
    client.execute()
    notebook.metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    for cell in notebook.cells:
        cell.metadata = metadata(cell)
        for output in cell.get("outputs", []):
            output.pop("metadata", None) if output.output_type == "stream" else output.update(metadata={})
    nbformat.validate(notebook)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")


def main(names):
    os.environ["COURSE_CHECK"] = "raise"  # a wrong solution stops here
    try:
        paths = chosen(names)
    except ValueError as error:
        sys.exit(f"make notebooks: {error}")
    for path in paths:
        print(f"running {path.relative_to(ROOT)}", flush=True)
        try:
            run(path)
        except CellExecutionError as error:
            sys.exit(f"{path.relative_to(ROOT)}: a cell failed, the file is unchanged.\n{error}")


if __name__ == "__main__":
    main(sys.argv[1:])
