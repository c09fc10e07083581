"""``python -m benchmarks``, or ``make bench``: every measurement, one after the other."""

import subprocess
import sys

MODULES = ("benchmarks.status_api", "benchmarks.sse")


def main() -> None:
    failed = []
    for module in MODULES:
        sys.stdout.write(f"\n{module}\n\n")
        sys.stdout.flush()
        if subprocess.run([sys.executable, "-m", module], check=False).returncode:
            failed.append(module)
    if failed:
        sys.exit(f"Not measured: {', '.join(failed)}.")


if __name__ == "__main__":
    main()
