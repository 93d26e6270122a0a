"""Plugins of this SDK in the real proxy: each way to fail reaches the ticket with type, text and place.

Needs a proxy that is built, named by the variable SNMP_PROXY, and componentize-py beside this Python. Components are
built once and kept in the folder that COMPONENTS names. Not part of `discover tests`, since it takes a minute.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from snmp_proxy_sdk import build as building

HERE = Path(__file__).resolve()
ROOT = HERE.parents[4]
SOURCES = HERE.parents[1] / "components"
PACKAGE = Path(building.__file__).parent
KEY = "key-of-the-tests"

# Where a module does not build by itself, what it is for.
BARE = {"bare_describe": "collecting", "bare_collect": "collecting"}


def component(module: Path, folder: Path) -> Path:
    """Builds a component, unless it was built of the same sources before."""
    sources = [module, *sorted(PACKAGE.rglob("*.py")), *sorted(PACKAGE.rglob("*.wit"))]
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    name = module.stem.replace("_", "-")
    path, stamp = folder / f"{name}.wasm", folder / f".{name}.sha256"
    if not (path.exists() and stamp.exists() and stamp.read_text() == digest):
        if module.stem in BARE:
            building._componentize(module, BARE[module.stem], path)
        else:
            # In a process of its own: building imports the module.
            subprocess.run([sys.executable, "-m", "snmp_proxy_sdk", "build", module, "-o", path], check=True)
        stamp.write_text(digest)
    return path


class Proxy:
    """A proxy with these components, and a device to poll."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        kept = Path(os.environ.get("COMPONENTS", self.folder.name))
        kept.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(2) as threads:
            built = list(threads.map(lambda module: component(module, kept), sorted(SOURCES.glob("*.py"))))
        plugins = Path(self.folder.name, "plugins")
        (plugins / "many").mkdir(parents=True)
        for path in built:
            (plugins / path.name).symlink_to(path.resolve())
        for name, configuration in {
            "first": '{"name": "first", "number": 1}',
            "second": '{"number": 1}',
            "third": "no JSON",
            "fourth": '{"name": "Fourth", "number": 1}',
        }.items():
            (plugins / "many" / f"{name}.json").write_text(configuration)
        device = Path(self.folder.name, "public.snmprec")
        device.write_text(
            "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.32473.1\n1.3.6.1.2.1.1.3.0|67|1\n1.3.6.1.2.1.1.5.0|4|switch\n"
        )
        self.simulator = self.start("simulate", str(device), "--listen", "127.0.0.1:0")
        self.device = self.said(self.simulator, "Listening:").split()[-1]
        serving = ("--host", "127.0.0.1", "--port", "0", "--api-key", KEY, "--plugins-dir", str(plugins))
        self.proxy = self.start(*serving, "--cache-dir", str(kept / "cache"), "--log-level", "ERROR")
        line = self.said(self.proxy, "http://")
        self.address = line[line.index("http://") :].split()[0]
        # Files are compiled after the port is open.
        while self.ask("/plugins")["compiling"]:
            time.sleep(0.1)

    @staticmethod
    def start(*arguments: str) -> subprocess.Popen[str]:
        program = os.environ.get("SNMP_PROXY", str(ROOT / "target" / "debug" / "snmp-proxy"))
        return subprocess.Popen([program, *arguments], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)

    @staticmethod
    def said(process: subprocess.Popen[str], word: str) -> str:
        """The first line with this word."""
        assert process.stdout is not None
        for line in process.stdout:
            if word in line:
                return line
        raise AssertionError(f"the program ended before it said `{word}`")

    def ask(self, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"X-API-Key": KEY, "Content-Type": "application/json"}
        with urllib.request.urlopen(urllib.request.Request(self.address + path, data, headers)) as answer:
            return json.load(answer)

    def poll(self, name: str, params: dict[str, Any] | None = None) -> Any:
        """The status of a poll when it has ended."""
        host, port = self.device.split(":")
        recipe = {"name": name, "params": params or {}}
        body = {"target": host, "port": int(port), "community": "public", "recipes": [recipe]}
        ticket = self.ask("/snmp/poll", body)["ticket"]
        while (status := self.ask(f"/status/{ticket}?wait=30&until=end&log=1"))["status"] in ("queued", "running"):
            time.sleep(0)
        return status

    def stop(self) -> None:
        for process in (self.proxy, self.simulator):
            process.terminate()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()
        self.folder.cleanup()


proxy: Proxy


def setUpModule() -> None:
    global proxy
    proxy = Proxy()


def tearDownModule() -> None:
    proxy.stop()


def told(status: Any) -> list[str]:
    """What the ticket says went wrong, or is odd."""
    return [gap["reason"] for gap in status["gaps"] or []] + list(status["warnings"] or [])


class Failing(unittest.TestCase):
    def test_each_way_to_fail_is_told_in_one_line_with_type_text_and_place(self) -> None:
        for how, expected in [
            ("exception", r"IndexError: list index out of range \(failing\.py:\d+ in fail\)"),
            ("lines", r"ValueError: first line second line third \(failing\.py:\d+ in fail\)"),
            ("no-text", r"Odd: \(its text cannot be had: RuntimeError\) \(failing\.py:\d+ in fail\)"),
            ("assert", r"AssertionError: it is not \(failing\.py:\d+ in fail\)"),
            ("exit", r"SystemExit: 3 \(failing\.py:\d+ in fail\)"),
            (
                "lazy-import",
                r"ModuleNotFoundError: No module named 'wave' \(failing\.py:\d+ in fail\); a component has no files",
            ),
            ("recursion", r"RecursionError: .* \(failing\.py:\d+ in fail\)"),
            (
                "memory",
                r"MemoryError \(failing\.py:\d+ in .*\); the plugin has no memory left",
            ),
            ("host-error", r"1\.3\.6\.1\.2\.1\.1\.1\.0 is outside the subtrees .* \(failing\.py:\d+ in fail\)"),
            (
                "host-error-in-context",
                r"1\.3\.6\.1\.2\.1\.1\.1\.0 is outside the subtrees .* \(failing\.py:\d+ in fail\)",
            ),
            ("own-error", r"three fans burn$"),
            ("rows-then-exception", r"after a row$"),
            ("not-json", r"failing\[0\]\.name is not JSON: octets are no JSON"),
            ("nan", r"failing\[0\]\.number is not JSON: nan has no form in JSON"),
            ("surrogate", r"failing\[0\]\.number is not JSON: a text with a lone surrogate"),
            ("surrogate-in-error", r"ValueError: a lone \? \(failing\.py:\d+ in fail\)"),
            (
                "negative-counter",
                r"ValueError: the counter `walked` is .* not -1 \(failing\.py:\d+ in fail\)",
            ),
            ("wrong-section", r"`collect` returned a section `fans`, which is not declared"),
            ("nothing", r"`collect` returned NoneType, and not a dictionary of sections"),
            ("misfit", r"section `failing` is not as its schema says at \[0\]\.number: \"one\" is not an integer"),
        ]:
            with self.subTest(how):
                lines = told(proxy.poll("failing", {"how": how}))
                self.assertEqual(len(lines), 1, lines)
                self.assertRegex(lines[0], expected)
                self.assertNotIn("\n", lines[0])

    def test_the_traceback_is_in_the_log_for_the_author_and_not_in_what_operators_see(self) -> None:
        status = proxy.poll("failing", {"how": "exception"})
        lines = [entry["line"] for entry in status["log"] if entry["level"] == "debug"]
        self.assertIn("Traceback (most recent call last):", lines)
        self.assertTrue(any("IndexError" in line for line in lines), lines)
        self.assertFalse(any("Traceback" in line for line in told(status)))

    def test_what_is_no_failure_is_none(self) -> None:
        for how in ["print", "dates", "surrogate-in-log", "unsupported"]:
            with self.subTest(how):
                status = proxy.poll("failing", {"how": how})
                self.assertEqual((status["status"], status["gaps"] or []), ("complete", []))

    def test_rows_that_were_handed_over_are_kept(self) -> None:
        self.assertEqual(proxy.poll("failing", {"how": "rows-then-exception"})["data"]["failing"], [{"number": 1}])


class WithoutTheSdk(unittest.TestCase):
    def test_an_exception_that_nobody_caught_is_told_all_the_same(self) -> None:
        for how, expected in [
            ("exception", r"raised IndexError: list index out of range \(bare_collect\.py:\d+ in collect\)"),
            ("lines", r"raised ValueError: first line second line \(bare_collect\.py:\d+ in collect\)"),
            ("printing", r"raised KeyError: 'key' \(bare_collect\.py:\d+ in collect\)"),
            ("chained", r"raised RuntimeError: no seventh fan \(bare_collect\.py:\d+ in collect\)"),
            ("surrogate", r"raised UnicodeEncodeError\(.*\) for a value that does not fit the contract"),
            ("no-text", r"raised TypeError\(.*not an instance of 'str'.*\) for a value that does not fit the contract"),
        ]:
            with self.subTest(how):
                lines = told(proxy.poll("bare-collect", {"how": how}))
                self.assertEqual(len(lines), 1, lines)
                self.assertRegex(lines[0], expected)

    def test_an_exception_of_describe_is_told_by_the_list_of_plugins(self) -> None:
        problems = json.dumps(proxy.ask("/plugins"))
        self.assertRegex(problems, r"`describe` failed: raised KeyError: 'name' \(bare_describe\.py:\d+ in describe\)")


class Configured(unittest.TestCase):
    def test_a_component_is_many_plugins_and_says_why_it_is_not_one(self) -> None:
        self.assertEqual(proxy.poll("first")["data"]["many"], {"number": 1})
        problems = json.dumps(proxy.ask("/plugins"))
        self.assertRegex(problems, r"KeyError: 'name' \(many\.py:\d+ in configure\)")
        self.assertRegex(problems, r"this is no JSON: Expecting value")
        self.assertRegex(problems, r"ManifestError: name: `Fourth` is not lower-kebab-case")


class HandingOver(unittest.TestCase):
    def test_rows_come_whole_at_once_and_in_batches(self) -> None:
        for batch in [None, 1, 500]:
            with self.subTest(batch=batch):
                status = proxy.poll("failing", {"how": "not", "rows": 1_200, "batch": batch})
                self.assertEqual(told(status), [])
                self.assertEqual(status["data"]["failing"], [{"number": number} for number in range(1_200)])


class Enriching(unittest.TestCase):
    def decoded(self, if_index: int) -> Any:
        """The record of a linkDown about this interface."""
        value = f"300f060a2b0601020102020101{if_index:02x}0201{if_index:02x}"
        varbinds = "300e06082b0601020101030043024e20" + "3017060a2b06010603010104010006092b0601060301010503" + value
        pdu = f"020101020100020100{der(0x30, varbinds)}"
        message = der(0x30, "020101" + der(0x04, b"public".hex()) + der(0xA7, pdu))
        return proxy.ask("/snmp/decode", {"input": message})["messages"][0]["record"]

    def test_an_enricher_adds_to_a_record_and_costs_nothing_where_it_fails(self) -> None:
        good = self.decoded(3)
        # What the decoder knows by name keeps its name.
        self.assertEqual(
            (good["trap"]["name"], good["severity"], good["decoded"]), ("linkDown", "critical", {"fan": "3"})
        )
        failed = self.decoded(7)
        self.assertEqual((failed["trap"]["name"], failed["flags"]), ("linkDown", ["enricher_failed:fan-traps"]))


def der(tag: int, contents: str) -> str:
    """An element of BER, in hexadecimal."""
    return f"{tag:02x}{len(contents) // 2:02x}{contents}"


if __name__ == "__main__":
    unittest.main()
