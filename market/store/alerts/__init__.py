"""Alert rules, destinations and deliveries in the store, as rows whose JSON only `alerts/` reads."""
