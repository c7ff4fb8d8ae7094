"""What the org tells about itself: versions, objects, describes."""

import base64
from typing import Any

from sandbox.framework.exchange import Call, Reply
from sandbox.services.salesforce.fields import Field, SObject
from sandbox.services.salesforce.org import Org
from sandbox.services.salesforce.records import sobject_of

SOAP_TYPES = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
} | dict.fromkeys(("double", "currency", "percent"), "xsd:double")
VERSIONS = [f"{number}.0" for number in range(50, 66)]


def valid_for(value_names: tuple[str, ...], controller: Field | None) -> str | None:
    """Return the base64 bitmap that marks the controlling values (bit 0 is the first byte's highest)."""
    if controller is None or not value_names:
        return None
    bits = bytearray((len(controller.values) + 7) // 8)
    for i, value in enumerate(controller.values):
        if value.value in value_names:
            bits[i // 8] |= 0x80 >> i % 8
    return base64.b64encode(bytes(bits)).decode()


def field_description(sobject: SObject, field: Field) -> dict[str, Any]:
    """Return one field as a describe gives it."""
    controller = sobject.find(field.controller) if field.controller else None
    values = [
        {"active": True, "defaultValue": False, "label": v.value, "validFor": valid_for(v.valid_for, controller),
         "value": v.value}
        for v in field.values
    ]  # fmt: skip
    is_text = field.storage == "VARCHAR"
    long_text = field.type == "textarea" and field.length > 255
    return {
        "aggregatable": not long_text, "aiPredictionField": False, "autoNumber": False,
        "byteLength": field.length * 3 if is_text and not field.is_id else field.length,
        "calculated": field.calculated, "calculatedFormula": None,
        "cascadeDelete": field.cascade, "caseSensitive": False, "compoundFieldName": None,
        "controllerName": field.controller, "createable": field.createable, "custom": field.custom,
        "defaultValue": False if field.type == "boolean" else None, "defaultValueFormula": None,
        "defaultedOnCreate": field.defaulted, "dependentPicklist": field.controller is not None,
        "deprecatedAndHidden": False, "digits": field.precision if field.type == "int" else 0,
        "displayLocationInDecimal": False, "encrypted": False, "externalId": field.external_id,
        "extraTypeInfo": None, "filterable": not long_text, "filteredLookupInfo": None,
        "formulaTreatNullNumberAsZero": False,
        "groupable": (is_text and not long_text) or field.type in ("boolean", "date", "int"), "highScaleNumber": False,
        "htmlFormatted": False, "idLookup": field.lookup, "inlineHelpText": None, "label": field.label,
        "length": field.length, "mask": None, "maskType": None, "name": field.name, "nameField": field.is_name,
        "namePointing": len(field.references) > 1,
        "nillable": not field.required and field.type not in ("boolean", "id"),
        "permissionable": not field.required and field.createable, "picklistValues": values,
        "polymorphicForeignKey": len(field.references) > 1, "precision": field.precision, "queryByDistance": False,
        "referenceTargetField": None, "referenceTo": list(field.references), "relationshipName": field.relationship,
        "relationshipOrder": None, "restrictedDelete": False, "restrictedPicklist": field.restricted,
        "scale": field.scale, "searchPrefilterable": field.is_id, "soapType": SOAP_TYPES.get(field.type, "xsd:string"),
        "sortable": not long_text, "type": field.type, "unique": field.unique and field.type != "id",
        "updateable": field.updateable, "writeRequiresMasterRead": False,
    }  # fmt: skip


def summary(sobject: SObject, version: str) -> dict[str, Any]:
    """Return an object as the global describe lists it."""
    url, writable = f"/services/data/v{version}/sobjects/{sobject.name}", not sobject.readonly
    return {
        "activateable": False, "associateEntityType": None, "associateParentEntity": None, "createable": writable,
        "custom": False, "customSetting": False, "deepCloneable": False, "deletable": writable,
        "deprecatedAndHidden": False, "feedEnabled": False, "hasSubtypes": False, "isInterface": False,
        "isSubtype": False, "keyPrefix": sobject.prefix, "label": sobject.name, "labelPlural": sobject.plural,
        "layoutable": True, "mergeable": sobject.name in ("Account", "Contact", "Lead"), "mruEnabled": True,
        "name": sobject.name, "queryable": True, "replicateable": True, "retrieveable": True, "searchable": True,
        "triggerable": True, "undeletable": writable, "updateable": writable,
        "urls": {"sobject": url, "describe": f"{url}/describe", "rowTemplate": f"{url}/{{ID}}"},
    }  # fmt: skip


class Describe:
    """Handlers for versions and describes."""

    def __init__(self, org: Org) -> None:
        self._org = org

    def versions(self, call: Call) -> Reply:
        """GET /services/data."""
        return Reply([{"label": f"v{v}", "url": f"/services/data/v{v}", "version": v} for v in VERSIONS])

    def resources(self, call: Call) -> Reply:
        """GET /services/data/vXX.0."""
        base = f"/services/data/v{call.params['version']}"
        names = ("sobjects", "query", "queryAll", "limits", "composite", "jobs")
        return Reply({name: f"{base}/{name}" for name in names})

    def everything(self, call: Call) -> Reply:
        """GET sobjects."""
        listed = [summary(sobject, call.params["version"]) for sobject in self._org.schema.objects()]
        return Reply({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": listed})

    def basic(self, call: Call) -> Reply:
        """GET sobjects/X."""
        sobject = sobject_of(self._org, call.params["object"])
        return Reply({"objectDescribe": summary(sobject, call.params["version"]), "recentItems": []})

    def layouts(self, call: Call) -> Reply:
        """GET sobjects/X/describe/layouts."""
        sobject = sobject_of(self._org, call.params["object"])
        mappings = self._org.judging.mappings(sobject)
        return Reply({"layouts": [], "recordTypeMappings": mappings, "recordTypeSelectorRequired": [bool(mappings)]})

    def full(self, call: Call) -> Reply:
        """GET sobjects/X/describe."""
        sobject = sobject_of(self._org, call.params["object"])
        master = {
            "active": True, "available": True, "defaultRecordTypeMapping": True, "developerName": "Master",
            "master": True, "name": "Master", "recordTypeId": "012000000000000AAA",
            "urls": {"layout": f"/services/data/v{call.params['version']}/sobjects/{sobject.name}/describe/layouts/"},
        }  # fmt: skip
        children = [
            {"cascadeDelete": field.cascade, "childSObject": child.name, "deprecatedAndHidden": False,
             "field": field.name, "relationshipName": child.plural}
            for child in self._org.schema.objects() for field in child.fields.values()
            if sobject.name in field.references
        ]  # fmt: skip
        fields = [field_description(sobject, field) for field in sobject.fields.values()]
        own = [
            {name: value for name, value in kind.items() if name not in ("layoutId", "picklistsForRecordType")}
            for kind in self._org.judging.mappings(sobject)
        ]
        kinds = [*own, master]
        details = {"actionOverrides": [], "childRelationships": children, "fields": fields, "recordTypeInfos": kinds}
        return Reply(summary(sobject, call.params["version"]) | details)
