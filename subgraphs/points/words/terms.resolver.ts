// The rules in force as a page of terms, for everyone.
import { Arg, Ctx, Directive, Extensions, Query, Resolver } from 'type-graphql';
import { audience, EVERYONE } from '../../shared/audience.ts';
import { DateTime, Locale } from '../../shared/scalars.ts';
import type { PointsContext } from '../context.ts';
import { programmeRow } from '../programme/programme.loader.ts';
import { programmesAt } from '../programme/programme.service.ts';
import { termsOf } from './terms.rules.ts';
import { ProgrammeTerms } from './terms.type.ts';

@Resolver()
export class TermsResolver {
  @Directive('@cost(weight: 10)')
  @Extensions(audience(...EVERYONE))
  @Query(() => ProgrammeTerms, {
    nullable: true,
    description: 'The rules of points as terms that a member can read, in en, pl or lv; in en for another language.',
  })
  async programmeTerms(
    @Arg('locale', () => Locale, { description: 'The language, `pl`.' }) locale: string,
    @Arg('at', () => DateTime, {
      nullable: true,
      description:
        'In force at this instant; now when left out. What is scheduled is not looked up: of an instant to come, those in force now.',
    })
    at: string | null | undefined,
    @Ctx() { space, programme: inForce }: PointsContext,
  ): Promise<ProgrammeTerms> {
    const programme = at == null ? await inForce() : (await programmesAt(space.source, [at]))[0]!;
    const { version, effectiveAt } = await programmeRow(space.source, programme.version);
    return { version, effectiveAt: effectiveAt!, sections: termsOf(programme, locale) };
  }
}
