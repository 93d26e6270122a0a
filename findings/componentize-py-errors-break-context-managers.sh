#!/bin/sh
# An error of a host function cannot pass through a context manager of contextlib in componentize-py
#
# componentize-py 0.25.1 (PyPI) raises what a host function returns as an error as `Err`, an exception that is a frozen
# dataclass. Python's own library adds to exceptions that pass through it: `contextlib.contextmanager` and `ExitStack`
# set `__traceback__` and `__context__`, and `add_note` sets `__notes__`. A frozen dataclass refuses each, so that in
# place of the error a FrozenInstanceError comes out, and an `except Err` around the block does not catch it.
#
# Seen with Python 3.11:
#   through a plain with block: Err(value='timeout')
#   through @contextmanager: FrozenInstanceError: cannot assign to field '__traceback__'
#   through an ExitStack whose callback raises: FrozenInstanceError: cannot assign to field '__context__'
#   add_note: FrozenInstanceError: cannot assign to field '__notes__'
#
# Ends with 0 while that is so. The bindings are made of a WIT of five lines, and their classes used as a guest does.
#
# What our product does about it: the SDK for Python turns the host's errors into an exception of its own at the seam, by
# a context manager that is a class, so no `Err` gets into a plugin.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install componentize-py==0.25.1
cat >"$folder/world.wit" <<'WIT'
package example:errors;
world errors {
    import ask: func() -> result<string, string>;
}
WIT
"$folder/venv/bin/componentize-py" --wit-path "$folder/world.wit" --world errors bindings "$folder/bindings"
cat >"$folder/guest.py" <<'PYTHON'
import contextlib

from componentize_py_types import Err


@contextlib.contextmanager
def managed():
    yield


class Plain:
    def __enter__(self):
        pass

    def __exit__(self, *error):
        pass


def plain():
    with Plain():
        raise Err("timeout")


def through_a_generator():
    with managed():
        raise Err("timeout")


def through_a_stack():
    def fail():
        raise Err("unreachable")

    with contextlib.ExitStack() as stack:
        stack.callback(fail)
        raise Err("timeout")


def noted():
    Err("timeout").add_note("while it asked")


for what, function in [
    ("through a plain with block", plain),
    ("through @contextmanager", through_a_generator),
    ("through an ExitStack whose callback raises", through_a_stack),
    ("add_note", noted),
]:
    try:
        function()
        print(f"{what}: nothing")
    except Err as error:
        print(f"{what}: {error!r}")
    except Exception as error:
        print(f"{what}: {type(error).__name__}: {error}")
PYTHON
PYTHONPATH="$folder/bindings" "$folder/venv/bin/python" "$folder/guest.py" | tee "$folder/seen"
cat >"$folder/expected" <<'SEEN'
through a plain with block: Err(value='timeout')
through @contextmanager: FrozenInstanceError: cannot assign to field '__traceback__'
through an ExitStack whose callback raises: FrozenInstanceError: cannot assign to field '__context__'
add_note: FrozenInstanceError: cannot assign to field '__notes__'
SEEN
diff "$folder/expected" "$folder/seen"
