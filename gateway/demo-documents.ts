// What the demo asks of the graph to make its credentials.
export const PARTNERS = `query DemoPartners { partners(first: 100) { nodes { id code } } }`;

export const CHANNELS = `query DemoChannels($id: ID!) {
  partner(id: $id) { channels { code kind locations(first: 100) { nodes { code terminals { code } } } } }
}`;

export const API_CLIENT_CREATE = `mutation DemoApiClient($input: ApiClientCreateInput!) {
  apiClientCreate(input: $input) { secret userErrors { code message } }
}`;

export const ME = `query DemoMe { me { id } }`;

export const MEMBER_ENROLL = `mutation DemoMember($input: MemberEnrollInput!) {
  memberEnroll(input: $input) { member { id } userErrors { code message } }
}`;
