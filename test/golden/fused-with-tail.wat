  (func $kernel0 (type 0) (param $args i32) (param $symbols i32) (param $lo i32) (param $hi i32)
      (local $b0 i32) (local $b1 i32) (local $b2 i32) (local $v19 v128) (local $v21 v128) (local $v2 i32) (local $v4 i32) (local $v5 i32)
      (local $v7 i32) (local $v8 i32) (local $v13 i32) (local $v14 i32) (local $v20 v128) (local $v24 i32) (local $v28 f32)
      local.get $args i32.load local.set $b0
      local.get $args i32.load offset=4 local.set $b1
      local.get $args i32.load offset=8 local.set $b2
      v128.const i32x4 0x3f000000 0x3f000000 0x3f000000 0x3f000000 local.set $v19
      v128.const i32x4 0x0 0x0 0x0 0x0 local.set $v21
      local.get $lo local.set $v2
      block
        local.get $v2 local.get $hi i32.ge_s br_if 0
        loop
          local.get $v2 i32.const 20 i32.mul local.set $v4
          local.get $v4 i32.const 20 i32.add local.set $v5
          local.get $v5 i32.const 19 local.get $v5 i32.const 19 i32.lt_s select local.set $v7
          local.get $v7 local.get $v4 i32.sub local.set $v8
          local.get $v7 local.get $v8 i32.const 0 i32.const 0 local.get $v8 i32.lt_s select i32.const 4 i32.rem_s i32.sub local.set $v13
          local.get $v4 local.set $v14
          block
            local.get $v14 local.get $v13 i32.ge_s br_if 0
            loop
              local.get $v14 i32.const 2 i32.shl local.get $b0 i32.add v128.load align=4 local.get $v14 i32.const 2 i32.shl local.get $b1 i32.add v128.load align=4 f32x4.mul local.get $v19 f32x4.add local.set $v20
              local.get $v14 i32.const 2 i32.shl local.get $b2 i32.add local.get $v21 local.get $v20 local.get $v20 local.get $v21 f32x4.lt v128.bitselect v128.store align=4
              local.get $v14 i32.const 4 i32.add local.tee $v14 local.get $v13 i32.lt_s br_if 0
            end
          end
          local.get $v13 local.set $v24
          block
            local.get $v24 local.get $v7 i32.ge_s br_if 0
            loop
              local.get $v24 i32.const 2 i32.shl local.get $b0 i32.add f32.load local.get $v24 i32.const 2 i32.shl local.get $b1 i32.add f32.load f32.mul f32.const 0.5 f32.add local.set $v28
              local.get $v24 i32.const 2 i32.shl local.get $b2 i32.add f32.const 0 local.get $v28 local.get $v28 f32.const 0 f32.lt select f32.store
              local.get $v24 i32.const 1 i32.add local.tee $v24 local.get $v7 i32.lt_s br_if 0
            end
          end
          local.get $v2 i32.const 1 i32.add local.tee $v2 local.get $hi i32.lt_s br_if 0
        end
      end)
  (func $rest (type 1) (param $a i32) (param $b i32) (result i32)
      local.get $a local.get $b i32.const 1 local.get $b i32.const 1 i32.add i32.const 1 i32.gt_u select i32.rem_s)
