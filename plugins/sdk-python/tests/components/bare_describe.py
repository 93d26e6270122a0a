"""A plugin without the SDK whose `describe` raises: what componentize-py makes of that is for the host to read."""

from wit_world import exports


class Collector(exports.Collector):
    def describe(self):
        return {}["name"]

    def collect(self):
        return "{}"
