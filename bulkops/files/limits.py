"""How much a file may hold."""

MEGABYTE = 1024 * 1024

MAX_ROWS = 5_000  # beside the header
MAX_COLUMNS = 16_384  # as spreadsheets have; every row is padded to the width of the header
MAX_CELL = 32_767  # characters, as spreadsheets allow
MAX_CSV_BYTES = 10 * MEGABYTE

MAX_MEMBERS = 2_000
MAX_UNPACKED = 200 * MEGABYTE
# Zeros shrink to a thousandth; rows whose long cells are all alike may shrink to a five-hundredth. Recorded silence
# is zeros, too: what is small once unpacked does no harm, however well it was packed.
MAX_RATIO = 700
RATIO_FREE_MEMBER = 4 * MEGABYTE
RATIO_FREE_ARCHIVE = 10 * MEGABYTE
