import { arrayMember, type JsonObject } from '../../model/json.ts';

/** A client that sent `functions` (the form of 2023) reads its answer in that form only (protocols 2.1). */
export function wantsOldForm(request: JsonObject): boolean {
  return arrayMember(request, 'functions') !== undefined && arrayMember(request, 'tools') === undefined;
}
