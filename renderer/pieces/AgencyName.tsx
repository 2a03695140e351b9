/** An agency's name in a narrow column: a last word with a number (`TX-07`) tells agencies apart, so it stays when the rest is cut. */
export function AgencyName({ name }: { readonly name: string }) {
  const at = name.lastIndexOf(' ');
  const last = name.slice(at + 1);
  if (at < 0 || !/\d/.test(last))
    return (
      <span className="cut" title={name}>
        {name}
      </span>
    );
  return (
    <span className="agency-cell" title={name}>
      <span className="cut">{name.slice(0, at)}</span>
      <span className="nowrap">{last}</span>
    </span>
  );
}
