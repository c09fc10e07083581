"""``python -m benchmarks``, or ``make bench``: every measurement, one after the other; or those that are named."""

import subprocess
import sys

MODULES = ("status_api", "sse", "routing", "presence", "reports", "bulk")


def main() -> None:
    failed = []
    for name in sys.argv[1:] or MODULES:
        module = f"benchmarks.{name}"
        sys.stdout.write(f"\n{module}\n\n")
        sys.stdout.flush()
        if subprocess.run([sys.executable, "-m", module], check=False).returncode:
            failed.append(module)
    if failed:
        sys.exit(f"Not measured: {', '.join(failed)}.")


if __name__ == "__main__":
    main()
