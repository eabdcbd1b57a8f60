import { totalmem } from 'node:os'

const MB = 1024 * 1024

function megabytes(part: number, least: number, most: number): string {
  return `${Math.round(Math.min(most, Math.max(least, (totalmem() / MB) * part)))}MB`
}

/** The server's settings: durable, for a laptop with other work, and for tables that are written continuously. */
export function serverSettings(socketDirectory: string): Record<string, string> {
  return {
    listen_addresses: '',
    port: '5432',
    unix_socket_directories: `"${socketDirectory.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
    max_connections: '100',
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',

    shared_buffers: megabytes(1 / 8, 64, 1024),
    effective_cache_size: megabytes(1 / 2, 256, 16 * 1024),
    work_mem: '16MB',
    maintenance_work_mem: megabytes(1 / 32, 64, 256),
    random_page_cost: '1.1',
    jit: 'off',

    fsync: 'on',
    wal_level: 'minimal',
    max_wal_senders: '0',
    wal_compression: 'on',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',

    autovacuum_naptime: '10s',
    autovacuum_vacuum_scale_factor: '0.05',
    autovacuum_vacuum_insert_scale_factor: '0.05',
    autovacuum_analyze_scale_factor: '0.05',
    autovacuum_vacuum_cost_limit: '2000',

    // Statements and error details contain personal data, so they are not logged.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_parameter_max_length_on_error: '0',
    log_checkpoints: 'off',
    log_line_prefix: '%m [%p] ',
  }
}
