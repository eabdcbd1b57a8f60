/** Subscriptions over server-sent events, read with `fetch`, because the browser's EventSource cannot send the token. */
import type { ResultOf, TadaDocumentNode, VariablesOf } from 'gql.tada'
import { useEffect, useRef, useState } from 'react'
import { useIsVisible } from '../app/visibility.ts'
import { ApiFailure, send } from './request.ts'
import { shared } from './sharing.ts'

// biome-ignore lint/suspicious/noExplicitAny: any subscription; ResultOf and VariablesOf restore its types
type AnyQuery = TadaDocumentNode<any, any>

const AGAIN_MILLISECONDS = 2000

/** Yields the data of each event; ends with the stream. */
export async function* follow(query: string, variables: unknown, signal: AbortSignal): AsyncGenerator<unknown> {
  const response = await send('graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query, variables }),
    signal,
  })
  if (!response.ok || response.body === null) {
    throw new ApiFailure(`HTTP ${response.status}`, { code: 'UNAVAILABLE', status: response.status })
  }
  let text = ''
  for await (const chunk of chunksOf(response.body.pipeThrough(new TextDecoderStream()))) {
    const blocks = (text + chunk).split(/\r?\n\r?\n/)
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const data = dataOf(block)
      if (data !== undefined) yield data
    }
  }
}

async function* chunksOf(stream: ReadableStream<string>): AsyncGenerator<string> {
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    reader.cancel().catch(() => undefined)
  }
}

function dataOf(block: string): unknown {
  const lines = block.split(/\r?\n/)
  const text = lines.flatMap((line) => (line.startsWith('data:') ? [line.slice(5).trimStart()] : [])).join('\n')
  if (!lines.some((line) => /^event:\s*next$/.test(line)) || text === '') return undefined
  return (JSON.parse(text) as { data?: unknown }).data ?? undefined
}

/**
 * The latest event of a subscription; unchanged parts keep their object identity. It disconnects while the tab is hidden or `isEnabled` is
 * false, and reconnects after a lost connection. `onEnd` is called when the server completes the stream.
 */
export function useEvents<Q extends AnyQuery>(
  subscription: Q,
  variables: VariablesOf<Q>,
  { isEnabled = true, onEnd }: { readonly isEnabled?: boolean; readonly onEnd?: () => void } = {},
): ResultOf<Q> | undefined {
  const [last, setLast] = useState<ResultOf<Q>>()
  const isVisible = useIsVisible()
  const key = JSON.stringify(variables)
  const text = subscription as unknown as string
  const ended = useRef(onEnd)
  ended.current = onEnd
  useEffect(() => {
    if (!isEnabled || !isVisible) return
    const ending = new AbortController()
    const listen = async () => {
      while (!ending.signal.aborted) {
        try {
          for await (const data of follow(text, JSON.parse(key), ending.signal)) {
            setLast((before) => shared(before, data as ResultOf<Q>))
          }
          ended.current?.()
          return
        } catch {
          if (!ending.signal.aborted) await new Promise((resolve) => setTimeout(resolve, AGAIN_MILLISECONDS))
        }
      }
    }
    void listen()
    return () => ending.abort()
  }, [text, key, isEnabled, isVisible])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a changed query has no result yet
  useEffect(() => () => setLast(undefined), [key])
  return last
}
