/** `zvirka audit verify|head|list`: verifies that the audit is complete and unchanged, and shows its records. */
import { readFile } from 'node:fs/promises'
import { Command } from 'commander'
import { z } from 'zod'
import type { Broken, Head } from '../audit/plans/seals.ts'
import { findNewestHead, type KeptHead, type SealsVerdict, verifyAudit } from '../audit/seals.ts'
import { listCommand } from './audit-list.ts'
import { type Context, withContext } from './context.ts'
import { CommandFailure, type ExitCode, ending, exitCode, UsageError } from './exit.ts'
import { openImpatient } from './impatient-database.ts'
import { kyivTime } from './instants.ts'
import { startProgress } from './progress.ts'
import { readyDatabase } from './ready-database.ts'
import { recordCommand } from './recorded.ts'
import { number } from './words.ts'

interface Typed {
  readonly head?: string
  readonly json?: true
  readonly quiet?: true
}

const HELP = `
Workers and the API seal records every few seconds. verify recomputes every seal in the database; it reads the whole audit and
writes nothing. It finds records that were removed or changed after they were sealed. If somebody rebuilt the whole chain, only
a head saved elsewhere shows it: save one every day (zvirka audit head).

Exit codes: 0 intact; 1 broken, or the saved head is not in the chain; 3 intact, but the saved head is older than the oldest
record, so it cannot be compared.

Examples:
  $ zvirka audit head > elsewhere/audit-head.json
  $ zvirka audit verify --head elsewhere/audit-head.json`

/** `zvirka audit`. */
export function auditCommand(): Command {
  const command = new Command('audit').description('read the audit, and prove that it is complete').helpCommand(false)
  command
    .command('verify')
    .description('recompute the chain of seals: show which part is intact, and what is broken')
    .option('--head <file>', 'a saved head, which must be in the chain')
    .option('--json', 'print one JSON object')
    .option('--quiet', 'show no progress')
    .addHelpText('after', HELP)
    .action(ending((typed: Typed) => withContext({ isConversation: true }, (context) => runVerify(context, typed))))
  command
    .command('head')
    .description('print the newest head as JSON, to save it elsewhere')
    .action(ending(() => withContext({ isConversation: true }, runHead)))
  command.addCommand(listCommand(open))
  return command
}

async function open(context: Context, operation: string, fields: readonly string[] = []) {
  const { url } = await readyDatabase(context, 'work')
  const read = { action: 'read', operation, subjectKind: 'audit', subjectIds: [] } as const
  await recordCommand(url, context.settings, { ...read, ...(fields.length === 0 ? {} : { fields }) })
  const database = openImpatient({ url, role: 'zvirka_read', applicationName: 'zvirka audit', max: 1 })
  context.defer(() => database.close())
  return database
}

async function runHead(context: Context): Promise<ExitCode> {
  const head = await findNewestHead(await open(context, 'audit head'))
  if (head === undefined)
    throw new CommandFailure('nothing is sealed yet', 'workers and the API seal every few seconds')
  process.stdout.write(`${JSON.stringify(headJson(head))}\n`)
  return exitCode.done
}

async function runVerify(context: Context, typed: Typed): Promise<ExitCode> {
  const kept = typed.head === undefined ? undefined : await readHead(typed.head)
  const database = await open(context, 'audit verify')
  const progress = startProgress({ label: 'verifying seals', quiet: typed.quiet === true || typed.json === true })
  const verdict = await verifyAudit(database, {
    ...{ kept, signal: context.interrupt.signal },
    onProgress: (done, total) => progress.update({ done, total, outcomes: {} }),
  }).finally(() => progress.stop())
  if (verdict === undefined) return exitCode.interrupted
  process.stdout.write(
    typed.json === true ? `${JSON.stringify(verdictJson(verdict))}\n` : `${wordsOf(verdict).join('\n')}\n`,
  )
  return codeOf(verdict)
}

const headSchema = z.object({
  seal: z.int().positive(),
  sealed_at: z.iso.datetime(),
  head: z.string().regex(/^[0-9a-f]{64}$/),
})

async function readHead(path: string): Promise<Head> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new CommandFailure(`${path} cannot be read`, 'zvirka audit head > FILE makes one', error)
  })
  const parsed = headSchema.safeParse(parseJson(text))
  if (!parsed.success) throw new UsageError(`${path} is not a head`, 'zvirka audit head > FILE makes one')
  const { seal, sealed_at, head } = parsed.data
  return { seal, sealedAt: new Date(sealed_at), head }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isBroken({ broken, beforeFirstSeal, kept }: SealsVerdict): boolean {
  return broken !== undefined || beforeFirstSeal > 0 || kept === 'differs' || kept === 'cut_off'
}

function codeOf(verdict: SealsVerdict): ExitCode {
  if (isBroken(verdict)) return exitCode.failed
  return verdict.kept === 'pruned' ? exitCode.partly : exitCode.done
}

function headJson({ seal, sealedAt, head }: Head) {
  return { seal, sealed_at: sealedAt.toISOString(), head }
}

function verdictJson(verdict: SealsVerdict) {
  const { whole, anchor, broken, beforeFirstSeal, unsealed, kept } = verdict
  return {
    state: isBroken(verdict) ? 'broken' : 'whole',
    from: whole === undefined ? null : headJson(whole.from),
    to: whole === undefined ? null : headJson(whole.to),
    pruned_up_to: anchor === undefined ? null : headJson(anchor),
    broken:
      broken === undefined
        ? null
        : {
            ...{ seal: broken.seal, sealed_at: broken.sealedAt.toISOString(), why: broken.why },
            ...{ above: broken.above, up_to: broken.upTo, records: broken.records, found: broken.found },
          },
    before_first_seal: beforeFirstSeal,
    unsealed: { count: unsealed.count, oldest: unsealed.oldest?.toISOString() ?? null },
    kept_head: kept ?? null,
  }
}

const KEPT: Readonly<Record<KeptHead, string>> = {
  in_chain: 'the saved head is in the chain',
  pruned: 'the saved head is older than the oldest record of the audit: it cannot be compared',
  cut_off: 'BROKEN: the chain ends before the saved head: records were removed from its end',
  differs: 'BROKEN: the head differs from the saved one: the chain was rebuilt',
}

function wordsOf(verdict: SealsVerdict): string[] {
  const { whole, anchor, broken, beforeFirstSeal, unsealed, kept } = verdict
  const place = ({ seal, sealedAt }: Head) => `seal ${number(seal)} (${kyivTime(sealedAt)} Kyiv)`
  return [
    ...(anchor === undefined ? [] : [`pruned up to ${place(anchor)}`]),
    whole === undefined
      ? broken === undefined
        ? 'nothing is sealed yet'
        : 'no part of it is intact'
      : `intact from ${place(whole.from)} to ${place(whole.to)}`,
    ...(broken === undefined
      ? []
      : [`BROKEN at seal ${number(broken.seal)} (${kyivTime(broken.sealedAt)} Kyiv): ${whatIsWrong(broken)}`]),
    ...(beforeFirstSeal === 0 ? [] : [`BROKEN: ${number(beforeFirstSeal)} records are older than the oldest seal`]),
    ...(unsealed.count === 0 || unsealed.oldest === null
      ? []
      : [`not sealed yet: ${number(unsealed.count)} records, the oldest of ${kyivTime(unsealed.oldest)} Kyiv`]),
    ...(kept === undefined ? [] : [KEPT[kept]]),
  ]
}

function whatIsWrong({ why, above, upTo, records, found }: Broken): string {
  const ids = `records ${above + 1} to ${upTo}`
  switch (why) {
    case 'missing_seal':
      return 'the previous seal is missing'
    case 'overlap':
      return 'it does not begin where the previous seal ends'
    case 'missing_records':
      return `of its ${number(records)} records ${number(records - found)} are missing (${ids})`
    case 'additional_records':
      return `it covers ${number(found - records)} records that were added after it was made (${ids})`
    case 'changed_records':
      return `a record was changed, or two were reordered (${ids})`
    case 'head':
      return 'its head does not match its records and the previous seal: a seal was changed'
  }
}
