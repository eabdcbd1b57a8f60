/** Messages to people: a code with parameters, and the text. */
import type { ObjectRef } from '@pothos/core'
import type { Language } from '../../../messages/message.ts'
import { type Message, plainSpeech, say } from '../../../messages/messages.ts'
import { type Builder, PLAIN } from '../builder.ts'

type Types = Builder['$inferSchemaTypes']

/** The type. */
export type MessageRef = ObjectRef<Types, Message>

/** Adds the type. */
export function addMessage(builder: Builder): MessageRef {
  const language = builder.enumType('MessageLanguage', {
    values: { EN: { value: 'en' }, UK: { value: 'uk' } } as const,
  })
  return builder.objectRef<Message>('Message').implement({
    description: 'A message for people. Programs should use the code; docs/messages.md lists all codes.',
    fields: (t) => ({
      code: t.exposeString('code', { nullable: false, ...PLAIN }),
      params: t.field({ type: 'JSON', nullable: false, ...PLAIN, resolve: ({ params }) => params }),
      text: t.string({
        ...PLAIN,
        nullable: false,
        args: { language: t.arg({ type: language, defaultValue: 'en' satisfies Language }) },
        resolve: (message, { language: asked }) => say([message], plainSpeech(asked ?? 'en')),
      }),
    }),
  })
}
