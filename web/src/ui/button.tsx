/** Buttons. Navigation is a link, an action is a button. */
import type { ReactNode } from 'react'
import { Button as AriaButton } from 'react-aria-components'
import styles from './button.module.css'
import { Icon, type IconName } from './icon.tsx'

/** How prominent a button is. */
type ButtonLook = 'primary' | 'secondary' | 'danger' | 'quiet'

interface ButtonProps {
  readonly children: ReactNode
  readonly onPress?: () => void
  readonly look?: ButtonLook
  readonly icon?: IconName
  readonly isSmall?: boolean
  readonly isDisabled?: boolean
  /** The action is in progress: the button stays in place and ignores clicks. */
  readonly isPending?: boolean
  readonly type?: 'button' | 'submit'
  readonly isExpanded?: boolean
  readonly controls?: string
}

/** The CSS classes of a button, for links that look like one. */
export function buttonClass(look: ButtonLook = 'secondary', isSmall = false, isSquare = false): string {
  return [styles['button'], styles[look], isSmall && styles['small'], isSquare && styles['square']]
    .filter(Boolean)
    .join(' ')
}

/** A button with text. */
export function Button({ children, look = 'secondary', icon, isSmall = false, type = 'button', ...rest }: ButtonProps) {
  const { onPress, isDisabled = false, isPending = false, isExpanded, controls } = rest
  return (
    <AriaButton
      type={type}
      className={buttonClass(look, isSmall)}
      isDisabled={isDisabled}
      // The library would announce it outside a dialog that may already be closed; the dialog announces the result itself.
      {...(isPending ? { 'data-pending': true } : {})}
      {...(onPress === undefined || isPending ? {} : { onPress })}
      {...(isExpanded === undefined ? {} : { 'aria-expanded': isExpanded })}
      {...(controls === undefined ? {} : { 'aria-controls': controls })}
    >
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </AriaButton>
  )
}

/** A button with only an icon; its text is for screen readers and the tooltip. */
export function IconButton(props: {
  readonly label: string
  readonly icon: IconName
  readonly onPress: () => void
  readonly isSmall?: boolean
  readonly isPressed?: boolean
}) {
  const { label, icon, onPress, isSmall = false, isPressed } = props
  return (
    <span title={label}>
      <AriaButton
        aria-label={label}
        className={buttonClass('quiet', isSmall, true)}
        onPress={onPress}
        {...(isPressed === undefined ? {} : { 'aria-pressed': isPressed })}
      >
        <Icon name={icon} />
      </AriaButton>
    </span>
  )
}
