/** A facility that invites employees over the API, and the mailbox for the invitations. */
import { randomUUID } from 'node:crypto'
import { type Mailbox, startMailbox } from '../../demo/mailbox.ts'
import { openDatabase } from '../../src/database/database.ts'
import { startProxy, type TcpProxy } from '../chaos/proxy.ts'
import { addDivision } from '../employee-requests/facility.ts'
import { aRequest, changed, type Ids, taxId } from '../employee-requests/requests.ts'
import { makeToken } from '../support/token.ts'

/** The inviting facility. */
export class Facility {
  readonly box: Mailbox
  /** Between the workers and the mailbox. */
  readonly link: TcpProxy
  readonly #token: string
  readonly #ids: Ids
  #count = 0

  private constructor(box: Mailbox, link: TcpProxy, token: string, ids: Ids) {
    this.box = box
    this.link = link
    this.#token = token
    this.#ids = ids
  }

  /** Creates it in the database of a superuser's URL. */
  static async make(url: string): Promise<Facility> {
    const owner = openDatabase({ url, role: 'zvirka_owner', applicationName: 'recovery', max: 1 })
    try {
      const client = { id: randomUUID(), type: 'MSP', name: 'Амбулаторія', edrpou: '42032422' }
      const scope = 'employee_request:write employee_request:read'
      const token = await makeToken(owner, { client, role: 'OWNER', scope })
      const divisionId = await addDivision(owner, client.id)
      const box = await startMailbox()
      const link = await startProxy(() => ({ host: '127.0.0.1', port: Number(new URL(box.url).port) }))
      return new Facility(box, link, token, { legalEntityId: client.id, divisionId })
    } finally {
      await owner.close()
    }
  }

  /** Settings for workers. */
  get settings(): Record<string, string> {
    return { SMTP_URL: `smtp://127.0.0.1:${this.link.port}`, MAIL_FROM: 'no-reply@example.org' }
  }

  /** Invites somebody; returns the status. */
  async invite(api: string): Promise<number> {
    this.#count += 1
    const person = {
      tax_id: taxId(`31847${String(this.#count).padStart(4, '0')}`),
      email: `m${this.#count}@example.org`,
    }
    const request = aRequest('DOCTOR', this.#ids)
    const party = { ...Object(request['party']), ...person }
    const { status } = await fetch(`${api}/api/employee_requests`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ employee_request: changed(request, ['party'], party) }),
    })
    return status
  }

  async close(): Promise<void> {
    await this.link.close()
    await this.box.close()
  }
}
