import { Order } from "../../order";

/** Rendered on the server, with an order of which nothing is known so far. */
export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <Order id={id} />;
}
