from django.db import migrations

# An auxiliary code keeps a copy of its work type's type; this foreign key over both keeps them the same.
KIND = """
ALTER TABLE directory_auxiliarycode ADD CONSTRAINT auxiliary_code_kind_of_work_type
    FOREIGN KEY (work_type_id, kind) REFERENCES directory_worktype (id, type) DEFERRABLE INITIALLY DEFERRED
"""


def create_settings(apps, schema_editor):
    apps.get_model("directory", "CompanySettings").objects.create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial")]

    operations = [
        migrations.RunPython(create_settings, migrations.RunPython.noop),
        migrations.RunSQL(
            KIND, "ALTER TABLE directory_auxiliarycode DROP CONSTRAINT auxiliary_code_kind_of_work_type"
        ),
    ]
