"""Documents that are made, not uploaded: pages turned into PDF; and photos, written anew."""
