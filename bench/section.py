"""Where a benchmark's figures go: a section of docs/performance.md, made again by whoever made it."""
import os
import pathlib
import re
import subprocess
import textwrap

PAGE = pathlib.Path(__file__).resolve().parent.parent / "docs/performance.md"


def write(title, text):
    """Puts `text` below the heading `title`, in place of what was there, or at the end of the page."""
    paragraphs = [part if part.startswith(("|", "    ")) else textwrap.fill(part, 118, break_long_words=False, break_on_hyphens=False)
                  for part in text.strip("\n").split("\n\n")]
    section = f"## {title}\n\n" + "\n\n".join(paragraphs) + "\n"
    page = PAGE.read_text("utf-8")
    found = re.search(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    if found:
        behind = page[found.end():]
        page = page[:found.start()] + section + ("\n" + behind if behind else "")
    else:
        page = page.rstrip("\n") + "\n\n" + section
    PAGE.write_text(page, "utf-8")


def row(figure, measured, target):
    """Puts a row into the table of targets, in place of the one that begins alike, or at its end."""
    lines = PAGE.read_text("utf-8").splitlines()
    start = lines.index("| figure | measured | target |")
    end = start
    while end < len(lines) and lines[end].startswith("|"):
        end += 1
    same = [at for at in range(start, end) if lines[at].startswith(f"| {figure} |")]
    at = same[0] if same else end
    lines[at:at + len(same)] = [f"| {figure} | {measured} | {target} |"]
    PAGE.write_text("\n".join(lines) + "\n", "utf-8")


def build():
    """Builds the application, unless it is there: a start must not wait for it."""
    subprocess.run([PAGE.parent.parent / "argyle", "-v"], check=True, stdout=subprocess.DEVNULL)


def machine():
    return f"{os.cpu_count()} processors, Linux {os.uname().release}"
