"""Takes addresses of registries and line numbers out of a list of components, on standard input."""

import json
import sys

document = json.load(sys.stdin)
for component in document["components"]:
    for name in ("externalReferences", "description"):
        component.pop(name, None)
    component["bom-ref"] = component["purl"]
# What made the list names the registry that it comes from.
for tool in document["metadata"]["tools"]["components"]:
    links = tool.get("externalReferences", [])
    tool["externalReferences"] = [link for link in links if link["type"] != "distribution"]
document["components"].sort(key=lambda component: str(component["purl"]))
document.pop("dependencies", None)
json.dump(document, sys.stdout, indent=1, sort_keys=True)
sys.stdout.write("\n")
