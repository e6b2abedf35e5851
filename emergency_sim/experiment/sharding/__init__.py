"""An experiment in shards: each checked against the others, then put together."""
