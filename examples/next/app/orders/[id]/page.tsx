import { Order } from "../../order";

/** Rendered on the server, where nothing is known about the order yet. */
export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return <Order id={id} />;
}
