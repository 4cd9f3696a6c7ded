"""From an edition to one finished message: no network, no clock."""
