"""Ends with status 0 when the address answers 200: for health checks, where there is no curl."""

import sys
import urllib.request

sys.exit(urllib.request.urlopen(sys.argv[1], timeout=4).status != 200)
