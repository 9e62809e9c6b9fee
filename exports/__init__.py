"""Charts as PNG files, and albums of them."""
