import { supabase } from "../samples/supabase.ts";
import { breakEach } from "./break-each.ts";

breakEach(supabase);
