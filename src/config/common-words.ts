/**
 * Words that people build secrets from: the commonest of English, of passwords and of software, and rows of keys. Each
 * has four letters or more, in lower case: shorter ones turn up in random text all the time.
 */
export const COMMON_WORDS: ReadonlySet<string> = new Set(
  `about above access account action active actual address admin administrator after again against agent alert alpha
  always amazing among android angel animal another answer apple april area army around arrow article asset auth
  authentication august auto autumn away baby back backend backup ball banana band bank base baseball basic
  basketball batman battery beach bear beautiful because before begin being believe best beta better between beyond
  bike bill billing bird birthday black block blog blue board boat body bond book booking bookings boston bottle
  bound brand bread bridge bright bring broken brother brown build builder building built bunny business butter
  button cache call camera camp captain card care case cash castle catch cause center certain chain chair change
  charlie cheese chelsea chicken chief child chocolate choose church circle city class classic clean clear client
  clock close cloud club coach coast code coffee cold college color come comfort command common company complete
  computer config connect cookie cool copy correct corner count country course cover crazy create credential crystal
  current custom customer cyber daily dance danger daniel dark data database date david dead dear december decode
  deep default defend delete delta demo deploy design desk detail develop developer development device diamond
  digital direct doctor dollar dolphin domain door double down dragon dream drive during eagle early earth east easy
  edge edit effect eight either email empty encode encrypt encryption energy engine english enough enter entry error
  even evening event ever every everything exact example express extra face fact fake fall family fast father
  feature february field fight file fill final find fine finger fire first fish five flag flash flower follow food
  foot football force foreign forest forever forget form forward found four frame france freedom fresh friday friend
  from front fruit full function future game garden gate general generate george german ghost giant girl give glass
  global gold golden good google great green grey ground group guard guess guest guitar half hammer hand handle
  happy hard hash head health heart heavy hello help here hero hidden high hockey hold holiday home honey hook hope
  horse host hotel hour house huge human hundred hunter image important index info inside install internal internet
  into invalid iron island issue item jackson january jason jersey jessica john join jordan joshua july june just
  keep kennedy keyboard kill kind king kitchen knight know lake land language large laser last late later laugh
  launch lazy lead learn least leave left legend length less letmein letter level life light like lime line link
  lion list little live load local localhost lock login lonely long look lord lose lost love lover lucky machine
  magic mail main maker manager many march mark marketplace market master match matrix matter maybe mean member
  memory merlin message metal michael middle might mile milk million mind mine minute mobile mock model modern
  monday money monitor monkey month moon more morning most mother mountain mouse move movie much music must mustang
  mysql name nature near need network never news next nice night nine ninja node nodejs none normal north note
  nothing notice november number object october ocean offer office often once online only open orange order other
  over owner page paint panda panther paper parent park part party pass passphrase password past path payment peace
  pencil penguin people pepper perfect perhaps person phoenix phone photo phrase piano picture pink pirate pizza
  place plain plan planet plant platform play player please plus point police poker postgres power present pretty
  price prince princess private problem process prod product production profile program project protect proxy public
  purple push qazwsx qwer qwert qwerty asdf asdfgh zxcv zxcvbn queen question queue quick quiet rabbit race rain
  rainbow ranger rather reach read reader ready real reason record redis release remember remote render report
  request reset return right ring river road robot rock rocket rose round route royal ruby rule runner safe safety
  salt same sample sand saturday save scale school score script search season second secret secrets secure security
  seed seen select self sell send september serious server service session seven shadow shape share ship shop short
  should show side sign signing silver simple single sister site skate sleep slow small smart smile smith snake snow
  snowman social soccer software soldier some someone something sometimes song soon soul sound source south space
  spain speak special spider spirit spring square stack staff stage staging standard staple star start state station
  still stone stop storage store storm story street stripe strong studio stuff such sugar summer sunday sunshine
  super superman supabase support sure swordfish system table take talk team temp temple temporary tenant test
  tester testing text than thank that their them then there these they thing think third this thomas those thought
  thousand three through thunder thursday ticket tiger time tired title today together token tomorrow tonight tool
  total touch toward tower town track trade train transfer travel tree true trust trustno truth tuesday turn turtle
  twitter type under unicorn unique until update upper upstash user username using valid value vanilla vault vector
  vendor vercel version very victory video view village violet virtual visit voice wait walk wall want warm watch
  water wave weak webhook website wednesday week weekend welcome well were west whale what wheel when where which
  while white whole wild will william wind window wine winner winter wish with within without wolf woman wonder wood
  word words work worker world would write wrong yankees year yellow yesterday young your zebra zero zone`.split(/\s+/),
);
