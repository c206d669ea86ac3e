import { conform } from "./conform.ts";
import { supabase } from "./samples/supabase.ts";

conform(supabase);
