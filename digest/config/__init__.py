"""feeds.yaml and the environment, read into the nouns; every problem at once, each with its line."""

from digest.config.schema import SECRET, Config, json_schema, read_config

__all__ = ["SECRET", "Config", "json_schema", "read_config"]
