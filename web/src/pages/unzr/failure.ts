/** What the code of a failed job means, by the family that it belongs to. The code itself is shown as well. */

/** Families of codes, by the names of their texts. */
export type Failure =
  | 'timeout'
  | 'network'
  | 'unreadable'
  | 'breaker'
  | 'cancelled'
  | 'worker'
  | 'unsendable'
  | 'client'
  | 'server'
  | 'keys'
  | 'other'

const FAMILIES: readonly (readonly [RegExp, Failure])[] = [
  [/^timeout$/, 'timeout'],
  [
    /^(connect|connection|network|tls)_|^(name_not_resolved|local_limit|queue_full|malformed_http|headers_too_large|length_unclear)$/,
    'network',
  ],
  [/^(breaker_open|not_asked)$/, 'breaker'],
  [/^cancelled$/, 'cancelled'],
  [/^(worker_died|timed_out)$/, 'worker'],
  [/^unsendable$/, 'unsendable'],
  [/^no_encryption_key$/, 'keys'],
  [/^(client|sender)(\.|$)|^(version_?mismatch|must_?understand|data_?encoding_?unknown)$/i, 'client'],
  [/^(server|receiver)(\.|$)|^(http|status)_/i, 'server'],
  [
    /^(oversized|compressed|unknown_encoding|empty|malformed_(xml|multipart)|not_utf8|doctype|processing_instruction|too_|not_|info_|result_|other_|fault_without_)/,
    'unreadable',
  ],
]

/** The family of a code. */
export function failureOf(code: string): Failure {
  return FAMILIES.find(([form]) => form.test(code))?.[1] ?? 'other'
}
