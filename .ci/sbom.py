"""Takes addresses of registries and line numbers out of a list of components, on standard input."""

import json
import sys

document = json.load(sys.stdin)
for component in document["components"]:
    for name in ("externalReferences", "description"):
        component.pop(name, None)
    component["bom-ref"] = component["purl"]
document["components"].sort(key=lambda component: str(component["purl"]))
document.pop("dependencies", None)
json.dump(document, sys.stdout, indent=1, sort_keys=True)
sys.stdout.write("\n")
