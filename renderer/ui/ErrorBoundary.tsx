/** Catches a fault of one screen, so that the rest (rail, clocks, status bar) stays usable. Must never hide the fault. */
import { Component, type ReactNode } from 'react';

type Props = { readonly place: string; readonly children: ReactNode; readonly fallback: (fault: string, retry: () => void) => ReactNode };

/** Shows `fallback` when a child throws while rendering; a change of `place` starts afresh. */
export class ErrorBoundary extends Component<Props, { readonly fault: string | null }> {
  override state: { readonly fault: string | null } = { fault: null };
  static getDerivedStateFromError(error: unknown): { readonly fault: string } {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
  override componentDidUpdate(before: Props): void {
    if (this.state.fault !== null && before.place !== this.props.place) this.setState({ fault: null });
  }
  override render(): ReactNode {
    const { fault } = this.state;
    return fault === null ? this.props.children : this.props.fallback(fault, () => this.setState({ fault: null }));
  }
}
