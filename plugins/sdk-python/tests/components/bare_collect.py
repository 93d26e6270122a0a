"""A plugin without the SDK whose `collect` raises, and whose texts are none, as its parameters say."""

import json

from componentize_py_types import Err
from wit_world import exports
from wit_world.imports import job, manifests, types


class Collector(exports.Collector):
    def describe(self):
        section = manifests.Section("bare", "{}", [])
        return manifests.Manifest(
            "bare-collect", "0.1.0", "Without the SDK.", [section], [[1, 3, 6, 1]], [], '{"type": "object"}', []
        )

    def collect(self):
        match json.loads(job.params()).get("how"):
            case "exception":
                return [][7]
            case "lines":
                raise ValueError("first line\nsecond line")
            case "printing":
                for number in range(100):
                    print("a line that explains nothing", number)
                return {}["key"]
            case "surrogate":
                return "\ud800"
            case "no-text":
                return 7
            case "chained":
                try:
                    return [][7]
                except IndexError as error:
                    raise RuntimeError("no seventh fan") from error
            case "error":
                raise Err(types.Error("other", "as it should be", None))
        return '{"bare": []}'
