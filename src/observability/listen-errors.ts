/** Errors of listening, apart from the server: every command reports them and should not load the HTTP library for them. */

/** The settings name an address or a port on which this process cannot listen. */
export class ListenError extends Error {}

/** Another program uses the port; `setting` says what to do. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError'
  readonly port: number
  constructor(host: string, port: number) {
    super(`port ${port} of ${host} is used by another program`)
    this.port = port
  }
}
