"""HTTP-only helpers: error pages, security headers, forms, filters, navigation. Knows no concept."""
