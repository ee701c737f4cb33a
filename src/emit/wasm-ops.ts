// The WebAssembly instructions this project uses, one row each: its bytes and what follows them.
// To use another, add its row; the encoder and the printer (wasm-code.ts) read nothing else.
// Numbers: WebAssembly core specification 2.0, section 5.4, and the threads proposal.

/**
 * What follows an instruction's bytes: `index` one or more numbers (locals, labels, functions), `block` an empty block
 * type, `memory` a constant byte offset, `lane` a lane, `call` a type of the only table.
 */
export type Form =
  | 'none'
  | 'block'
  | 'index'
  | 'call'
  | 'i32'
  | 'i64'
  | 'f32'
  | 'f64'
  | 'v128'
  | 'shuffle'
  | 'lane'
  | 'memory'
  | 'memoryLane';

/** An instruction's prefix byte (or -1), its code, what follows, and for memory log2 of the alignment it may assume. */
export interface Row {
  readonly prefix: number;
  readonly code: number;
  readonly form: Form;
  readonly align: number;
}

const plain = (code: number, form: Form = 'none', align = 0): Row => ({ prefix: -1, code, form, align });
const bulk = (code: number): Row => ({ prefix: 0xfc, code, form: 'none', align: 0 });
const simd = (code: number, form: Form = 'none', align = 0): Row => ({ prefix: 0xfd, code, form, align });
const atomic = (code: number): Row => ({ prefix: 0xfe, code, form: 'memory', align: 2 });

// Vectors are aligned to their elements only, so they never claim more than 4 bytes.
export const ops = {
  unreachable: plain(0x00),
  block: plain(0x02, 'block'),
  loop: plain(0x03, 'block'),
  if: plain(0x04, 'block'),
  end: plain(0x0b),
  br: plain(0x0c, 'index'),
  br_if: plain(0x0d, 'index'),
  return: plain(0x0f),
  call: plain(0x10, 'index'),
  call_indirect: plain(0x11, 'call'),
  drop: plain(0x1a),
  select: plain(0x1b),
  'local.get': plain(0x20, 'index'),
  'local.set': plain(0x21, 'index'),
  'local.tee': plain(0x22, 'index'),

  'i32.load': plain(0x28, 'memory', 2),
  'f32.load': plain(0x2a, 'memory', 2),
  'i32.load8_u': plain(0x2d, 'memory', 0),
  'i32.store': plain(0x36, 'memory', 2),
  'f32.store': plain(0x38, 'memory', 2),
  'i32.store8': plain(0x3a, 'memory', 0),

  'i32.const': plain(0x41, 'i32'),
  'i64.const': plain(0x42, 'i64'),
  'f32.const': plain(0x43, 'f32'),
  'f64.const': plain(0x44, 'f64'),

  'i32.eqz': plain(0x45),
  'i32.eq': plain(0x46),
  'i32.ne': plain(0x47),
  'i32.lt_s': plain(0x48),
  'i32.lt_u': plain(0x49),
  'i32.gt_u': plain(0x4b),
  'i32.le_s': plain(0x4c),
  'i32.ge_s': plain(0x4e),
  'i32.ge_u': plain(0x4f),
  'f32.eq': plain(0x5b),
  'f32.lt': plain(0x5d),
  'f32.le': plain(0x5f),
  'f64.lt': plain(0x63),
  'f64.gt': plain(0x64),
  'f64.ge': plain(0x66),

  'i32.add': plain(0x6a),
  'i32.sub': plain(0x6b),
  'i32.mul': plain(0x6c),
  'i32.div_s': plain(0x6d),
  'i32.rem_s': plain(0x6f),
  'i32.and': plain(0x71),
  'i32.or': plain(0x72),
  'i32.xor': plain(0x73),
  'i32.shl': plain(0x74),
  'i32.shr_s': plain(0x75),
  'i32.shr_u': plain(0x76),

  'f32.abs': plain(0x8b),
  'f32.neg': plain(0x8c),
  'f32.ceil': plain(0x8d),
  'f32.floor': plain(0x8e),
  'f32.trunc': plain(0x8f),
  'f32.nearest': plain(0x90),
  'f32.sqrt': plain(0x91),
  'f32.add': plain(0x92),
  'f32.sub': plain(0x93),
  'f32.mul': plain(0x94),
  'f32.div': plain(0x95),
  'f32.min': plain(0x96),
  'f32.max': plain(0x97),
  'f32.copysign': plain(0x98),

  'f64.abs': plain(0x99),
  'f64.sub': plain(0xa1),
  'f64.mul': plain(0xa2),

  'f32.convert_i32_s': plain(0xb2),
  'f32.demote_f64': plain(0xb6),
  'f64.promote_f32': plain(0xbb),
  'i32.reinterpret_f32': plain(0xbc),
  'f32.reinterpret_i32': plain(0xbe),
  'i32.trunc_sat_f32_s': bulk(0),

  'v128.load': simd(0, 'memory', 2),
  'v128.load32_splat': simd(9, 'memory', 2),
  'v128.store': simd(11, 'memory', 2),
  'v128.const': simd(12, 'v128'),
  'i8x16.shuffle': simd(13, 'shuffle'),
  'i32x4.splat': simd(17),
  'f32x4.splat': simd(19),
  'i32x4.extract_lane': simd(27, 'lane'),
  'i32x4.replace_lane': simd(28, 'lane'),
  'f32x4.extract_lane': simd(31, 'lane'),
  'f32x4.replace_lane': simd(32, 'lane'),
  'i32x4.eq': simd(55),
  'i32x4.ne': simd(56),
  'i32x4.lt_s': simd(57),
  'i32x4.le_s': simd(61),
  'f32x4.eq': simd(65),
  'f32x4.lt': simd(67),
  'f32x4.le': simd(69),
  'v128.not': simd(77),
  'v128.and': simd(78),
  'v128.or': simd(80),
  'v128.xor': simd(81),
  'v128.bitselect': simd(82),
  'v128.load32_lane': simd(86, 'memoryLane', 2),
  'v128.store32_lane': simd(90, 'memoryLane', 0),
  'v128.load32_zero': simd(92, 'memory', 0),
  'f32x4.demote_f64x2_zero': simd(94),
  'f64x2.promote_low_f32x4': simd(95),
  'f32x4.ceil': simd(103),
  'f32x4.floor': simd(104),
  'f32x4.trunc': simd(105),
  'f32x4.nearest': simd(106),
  'i16x8.extend_low_i8x16_u': simd(137),
  'i32x4.neg': simd(161),
  'i32x4.extend_low_i16x8_u': simd(169),
  'i32x4.shl': simd(171),
  'i32x4.shr_s': simd(172),
  'i32x4.shr_u': simd(173),
  'i32x4.add': simd(174),
  'i32x4.sub': simd(177),
  'i32x4.mul': simd(181),
  'i32x4.min_s': simd(182),
  'i32x4.max_s': simd(184),
  'f32x4.abs': simd(224),
  'f32x4.neg': simd(225),
  'f32x4.sqrt': simd(227),
  'f32x4.add': simd(228),
  'f32x4.sub': simd(229),
  'f32x4.mul': simd(230),
  'f32x4.div': simd(231),
  'f32x4.min': simd(232),
  'f32x4.max': simd(233),
  'f64x2.sqrt': simd(239),
  'f64x2.add': simd(240),
  'f64x2.sub': simd(241),
  'f64x2.mul': simd(242),
  'f64x2.div': simd(243),
  'i32x4.trunc_sat_f32x4_s': simd(248),
  'f32x4.convert_i32x4_s': simd(250),

  'memory.atomic.notify': atomic(0),
  'memory.atomic.wait32': atomic(1),
  'i32.atomic.load': atomic(16),
  'i32.atomic.store': atomic(23),
  'i32.atomic.rmw.add': atomic(30),
} satisfies Record<string, Row>;

/** The name of an instruction. */
export type OpName = keyof typeof ops;
