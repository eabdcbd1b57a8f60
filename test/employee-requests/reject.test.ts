// Rules: spec 5.2
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventsOf, everything, type Ground, invite, makeGround, refusalIn, reject, rowOf } from './approve-ground.ts'

let ground: Ground
beforeAll(async () => {
  ground = await makeGround()
})
afterAll(() => ground.close())

test('a rejection writes the status with its event, and otherwise only the audit', async () => {
  const { id, user, data } = await invite(ground)
  const before = await everything(ground)
  const outcome = await reject(ground, id, user)
  expect(outcome).toMatchObject({ kind: 'rejected', request: { id, status: 'REJECTED', employee_id: null } })
  expect(await rowOf(ground.owner, 'il.employee_requests', id)).toMatchObject({
    ...{ status: 'REJECTED', employee_id: null, updated_by: user.id, data },
  })
  expect(await eventsOf(ground.owner, id)).toEqual([
    {
      ...{ event_type: 'StatusChangeEvent', entity_type: 'EmployeeRequest', changed_by: user.id },
      properties: { status: { new_value: 'REJECTED' } },
    },
  ])
  const changed = Object.entries(await everything(ground)).filter(([table, digest]) => before[table] !== digest)
  expect(changed.map(([table]) => table)).toEqual(['event_manager.events', 'il.employee_requests', 'zvirka.audit'])
})

test('a rejection ends the secrets of the invitation, and those of no other', async () => {
  const [one, other] = [await invite(ground), await invite(ground)]
  await ground.owner.query({
    text: `insert into il.employee_request_secrets (hash, employee_request_id)
           values ('\\x01', $1), ('\\x02', $1), ('\\x03', $2)`,
    values: [one.id, other.id],
  })
  await reject(ground, one.id, one.user)
  const left = await ground.owner.query({ text: 'select employee_request_id as id from il.employee_request_secrets' })
  expect(left).toEqual([{ id: other.id }])
})

test('a rejection that is refused changes nothing', async () => {
  const { id, user } = await invite(ground)
  await reject(ground, id, user)
  const before = await everything(ground)
  const again = await reject(ground, id, user)
  expect(refusalIn(again)).toBe('conflict: Employee request status is REJECTED and cannot be updated')
  expect(await everything(ground)).toEqual(before)
})
