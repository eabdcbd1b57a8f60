/** The demo's part in `zvirka start` (spec 7.1): a simulator, made-up people in an empty database, and their users. */
import { loadRegistries } from '../simulator/registries/load.ts'
import { startSimulator } from '../simulator/simulator.ts'
import type { Context } from '../src/cli/context.ts'
import type { RunningDemo, StartOptions } from '../src/cli/demo.ts'
import { withSimulator } from '../src/cli/trembita-access.ts'
import { number } from '../src/cli/words.ts'
import type { Settings } from '../src/config/settings.ts'
import type { AcquiredDatabase } from '../src/database/acquire.ts'
import { type DemoAccess, provideDemoAccess } from './access.ts'
import { DEATHS } from './generate/cast/deaths.ts'
import { TAXPAYERS } from './generate/cast/taxpayers.ts'
import { provideDemoMail } from './mail.ts'
import { addDemoMails, DEMO_MAILS_PATH } from './mails-page.ts'
import { claimForDemo, provideDemo } from './people.ts'

/** Starts it. In the demo all questions and mails stay on this machine. */
export async function beginDemo(
  { settings, interrupt, defer }: Context,
  access: AcquiredDatabase,
  { demo: strict, registries }: StartOptions,
): Promise<RunningDemo> {
  await claimForDemo(access, strict === true)
  const folder = registries ?? (await provideDemo({ access, signal: interrupt.signal, defer }))
  const { registers, notes } = await loadRegistries(folder)
  for (const note of notes) process.stderr.write(`simulator: ${note}\n`)
  if (registries === undefined) {
    for (const entry of TAXPAYERS) registers.drfo.add(entry)
    for (const act of DEATHS) registers.deaths.add(act)
  }
  const simulator = await startSimulator({ registers })
  defer(() => simulator.close())
  const mail = await provideDemoMail(withSimulator(simulator.url, settings))
  const { mailbox } = mail
  defer(() => mailbox?.close())
  return {
    settings: withSignedContent(mail.settings),
    simulatorUrl: simulator.url,
    addPages: (app) => {
      if (mailbox !== undefined) addDemoMails(app, mailbox)
    },
    greeting: (url) => [
      `  simulator         ${simulator.url}  (${number(simulator.holds().invalid_passports)} invalid passports)`,
      ...(mailbox === undefined ? [] : [`  mails             ${url}${DEMO_MAILS_PATH}  (caught here, none goes out)`]),
    ],
    provideAccess: async () => wordsOf(await provideDemoAccess(access.url)),
    tellOfMails: mail.tellOfMails,
  }
}

// In the demo nobody has a signing key that could be verified.
function withSignedContent(settings: Settings): Settings {
  const { employeeRequests } = settings
  if (employeeRequests.signedContent !== 'off') return settings
  return { ...settings, employeeRequests: { ...employeeRequests, signedContent: 'structure-only' } }
}

function wordsOf({ tokens, password }: DemoAccess): string[] {
  return [
    'demo tokens (Authorization: Bearer …)',
    ...tokens.map(({ role, value }) => `  ${role.padEnd(16)}  ${value}`),
    ...(password === undefined
      ? []
      : ['', `demo people sign in with the password  ${password}  (docs/employee-requests.md lists them)`]),
  ]
}
