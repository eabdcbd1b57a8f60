/** How many pairs of a person and an act of death are scored per second: with different names, documents and so on. */
import { scorePair } from '../src/death-acts/score.ts'
import { readDeathActs } from '../src/registries/death-acts.ts'
import { readXml } from '../src/trembita/xml.ts'

const ACT = `<Ar><Ar_Op_Name>1</Ar_Op_Name><Ar_Reg_Number>1</Ar_Reg_Number><Surname>Ковальчик</Surname><Name>Наталя</Name>
<Patronymic>Иванівна</Patronymic><Date_Birth>05.04.1961</Date_Birth><Numident>2237512346</Numident><Sex>2</Sex>
<Doc_Seizes><Series_Numb>AB 123456</Series_Numb></Doc_Seizes></Ar>`
const SUBJECT = {
  ...{ last_name: 'Ковальчук', first_name: 'Наталія', second_name: 'Іванівна', birth_date: '1961-04-05' },
  ...{ tax_id: '2237512345', gender: 'FEMALE', documents: [{ type: 'PASSPORT', number: 'АВ123456' }] },
}

/** Acts per second: scored, and parsed from an answer of a hundred. */
export function measureScoring(rounds: number): { readonly scored: number; readonly read: number } {
  const data = Buffer.from(`<List>${ACT.repeat(100)}</List>`).toString('base64')
  const answer = readXml(`<R><ResultCode>0</ResultCode><ResultData>${data}</ResultData></R>`)
  if (!answer.ok) throw new Error(answer.code)
  const { root } = answer
  const acts = actsOf(root)
  const scored = paceOf(rounds, () => {
    for (const act of acts) scorePair(SUBJECT, act)
  })
  return { scored, read: paceOf(Math.ceil(rounds / 10), () => actsOf(root)) }
}

function actsOf(root: Parameters<typeof readDeathActs>[0]) {
  const outcome = readDeathActs(root, 100)
  if (!outcome.ok) throw new Error(outcome.code)
  return outcome.value.acts
}

function paceOf(rounds: number, act: () => void): number {
  for (let warm = 0; warm < rounds / 10; warm += 1) act()
  const since = performance.now()
  for (let round = 0; round < rounds; round += 1) act()
  return (rounds * 100_000) / (performance.now() - since)
}
