  (func $kernel0 (type 0) (param $args i32) (param $symbols i32) (param $lo i32) (param $hi i32)
      (local $b0 i32) (local $b1 i32) (local $v0 v128) (local $v3 i32) (local $v5 i32)
      local.get $args i32.load local.set $b0
      local.get $args i32.load offset=4 local.set $b1
      v128.const i32x4 0x3f800000 0x3f800000 0x3f800000 0x3f800000 local.set $v0
      local.get $lo local.set $v3
      block
        local.get $v3 local.get $hi i32.ge_s br_if 0
        loop
          local.get $v3 i32.const 4 i32.mul local.set $v5
          local.get $v5 i32.const 2 i32.shl local.get $b1 i32.add local.get $v5 i32.const 2 i32.shl local.get $b0 i32.add v128.load offset=16 align=4 local.get $v0 f32x4.add v128.store align=4
          local.get $v3 i32.const 1 i32.add local.tee $v3 local.get $hi i32.lt_s br_if 0
        end
      end)
