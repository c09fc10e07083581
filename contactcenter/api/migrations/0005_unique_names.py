from django.db import migrations

import contactcenter.lib.keys
from contactcenter.lib.text import name_key


def tell_apart(apps, schema_editor):
    """Fill the keys; of clients with the same name the later ones get a number."""
    taken = set()
    for client in apps.get_model("api", "ApiClient").objects.order_by("pk"):
        name, number = client.name.strip() or client.client_id, 1
        client.name = name
        while name_key(client.name) in taken:
            number += 1
            client.name = f"{name[:240]} ({number})"
        taken.add(name_key(client.name))
        client.save(update_fields=["name", "key"])


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0004_audit_clients"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="apiclient",
            options={"ordering": ["key"], "verbose_name": "API client", "verbose_name_plural": "API clients"},
        ),
        migrations.AddField(
            model_name="apiclient",
            name="key",
            field=contactcenter.lib.keys.KeyField(default="", editable=False, max_length=765, source="name"),
            preserve_default=False,
        ),
        migrations.RunPython(tell_apart, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="apiclient",
            constraint=contactcenter.lib.keys.UniqueKey(field="name", fields=("key",), name="api_client_name"),
        ),
    ]
