"""Server settings fitted to the machine. Durability is never traded away: fsync and synchronous commit stay on."""

from pathlib import Path

import psutil

MEGABYTE = 1024 * 1024


def settings_file(sockets: Path, memory_bytes: int | None = None) -> str:
    """The text of ``meterbook.conf``. ``ALTER SYSTEM`` still overrides each of its lines."""
    memory = (memory_bytes or psutil.virtual_memory().total) // MEGABYTE
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": quoted_folder(sockets),
        "unix_socket_permissions": "0700",
        "max_connections": "200",
        "shared_buffers": f"{bounded(memory // 8, 64, 1024)}MB",
        "effective_cache_size": f"{bounded(memory // 2, 128, 65536)}MB",
        "maintenance_work_mem": f"{bounded(memory // 32, 32, 256)}MB",
        "work_mem": "16MB",
        "wal_buffers": "16MB",
        "min_wal_size": "128MB",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        # A refused duplicate is the normal case of ingestion: its statement holds thousands of rows.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
    }
    return "".join(f"{name} = '{value}'\n" for name, value in settings.items())


def bounded(value: int, least: int, most: int) -> int:
    return max(least, min(value, most))


def quoted_folder(folder: Path) -> str:
    name = str(folder).replace('"', '""').replace("'", "''")
    return f'"{name}"'
