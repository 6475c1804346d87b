// The programme's terms as the API shows them.
import { Directive, Extensions, Field, ObjectType } from 'type-graphql';
import { audience, EVERYONE } from '../../shared/audience.ts';
import { DateTime } from '../../shared/scalars.ts';

@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'A part of the terms.' })
export class ProgrammeTermsSection {
  @Field(() => String, { description: 'What it is about.' })
  heading!: string;

  @Field(() => String, {
    description: 'Sentences, one in a line; names of the programme’s file and conditions in CEL in backticks.',
  })
  text!: string;
}

@Extensions(audience(...EVERYONE))
@ObjectType({ description: 'The rules of a version, made into a page that a member can read.' })
export class ProgrammeTerms {
  @Field(() => String, { description: 'The version that entries name as their `ruleSetVersion`.' })
  version!: string;

  @Field(() => DateTime, { description: 'From when on it is in force.' })
  effectiveAt!: string;

  @Directive('@listSize(assumedSize: 30)')
  @Field(() => [ProgrammeTermsSection], {
    description: 'All that the rules say, in the order of the programme’s file.',
  })
  sections!: ProgrammeTermsSection[];
}
