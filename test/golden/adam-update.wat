  (func $kernel0 (type 0) (param $args i32) (param $symbols i32) (param $lo i32) (param $hi i32)
      (local $b0 i32) (local $b1 i32) (local $b2 i32) (local $b3 i32) (local $v16 v128) (local $v20 v128) (local $v25 v128) (local $v29 v128)
      (local $v35 v128) (local $v39 v128) (local $v2 i32) (local $v4 i32) (local $v5 i32) (local $v6 i32) (local $v7 i32) (local $v12 i32)
      (local $v13 i32) (local $v18 v128) (local $v22 v128) (local $v31 v128) (local $v41 v128) (local $v42 i32) (local $v45 f32) (local $v47 f32)
      (local $v52 f32) (local $v58 f32)
      local.get $args i32.load local.set $b0
      local.get $args i32.load offset=4 local.set $b1
      local.get $args i32.load offset=8 local.set $b2
      local.get $args i32.load offset=12 local.set $b3
      v128.const i32x4 0x3f666666 0x3f666666 0x3f666666 0x3f666666 local.set $v16
      v128.const i32x4 0x3dcccccd 0x3dcccccd 0x3dcccccd 0x3dcccccd local.set $v20
      v128.const i32x4 0x3f7d70a4 0x3f7d70a4 0x3f7d70a4 0x3f7d70a4 local.set $v25
      v128.const i32x4 0x3c23d70a 0x3c23d70a 0x3c23d70a 0x3c23d70a local.set $v29
      v128.const i32x4 0x33d6bf95 0x33d6bf95 0x33d6bf95 0x33d6bf95 local.set $v35
      v128.const i32x4 0x3a83126f 0x3a83126f 0x3a83126f 0x3a83126f local.set $v39
      local.get $lo local.set $v2
      block
        local.get $v2 local.get $hi i32.ge_s br_if 0
        loop
          local.get $v2 i32.const 16 i32.mul local.set $v4
          local.get $v4 i32.const 16 i32.add local.set $v5
          local.get $v5 i32.const 16 local.get $v5 i32.const 16 i32.lt_s select local.set $v6
          local.get $v6 local.get $v4 i32.sub local.set $v7
          local.get $v6 local.get $v7 i32.const 0 i32.const 0 local.get $v7 i32.lt_s select i32.const 4 i32.rem_s i32.sub local.set $v12
          local.get $v4 local.set $v13
          block
            local.get $v13 local.get $v12 i32.ge_s br_if 0
            loop
              local.get $v13 i32.const 2 i32.shl local.get $b1 i32.add v128.load align=4 local.set $v18
              local.get $v13 i32.const 2 i32.shl local.get $b0 i32.add v128.load align=4 local.get $v16 f32x4.mul local.get $v18 local.get $v20 f32x4.mul f32x4.add local.set $v22
              local.get $v13 i32.const 2 i32.shl local.get $b2 i32.add v128.load align=4 local.get $v25 f32x4.mul local.get $v18 local.get $v18 f32x4.mul local.get $v29 f32x4.mul f32x4.add local.set $v31
              local.get $v13 i32.const 2 i32.shl local.get $b3 i32.add v128.load align=4 local.get $v22 local.get $v31 f32x4.sqrt local.get $v35 f32x4.add f32x4.div local.get $v39 f32x4.mul f32x4.sub local.set $v41
              local.get $v13 i32.const 2 i32.shl local.get $b0 i32.add local.get $v22 v128.store align=4
              local.get $v13 i32.const 2 i32.shl local.get $b2 i32.add local.get $v31 v128.store align=4
              local.get $v13 i32.const 2 i32.shl local.get $b3 i32.add local.get $v41 v128.store align=4
              local.get $v13 i32.const 4 i32.add local.tee $v13 local.get $v12 i32.lt_s br_if 0
            end
          end
          local.get $v12 local.set $v42
          block
            local.get $v42 local.get $v6 i32.ge_s br_if 0
            loop
              local.get $v42 i32.const 2 i32.shl local.get $b1 i32.add f32.load local.set $v45
              local.get $v42 i32.const 2 i32.shl local.get $b0 i32.add f32.load f32.const 0.8999999761581421 f32.mul local.get $v45 f32.const 0.10000000149011612 f32.mul f32.add local.set $v47
              local.get $v42 i32.const 2 i32.shl local.get $b2 i32.add f32.load f32.const 0.9900000095367432 f32.mul local.get $v45 local.get $v45 f32.mul f32.const 0.009999999776482582 f32.mul f32.add local.set $v52
              local.get $v42 i32.const 2 i32.shl local.get $b3 i32.add f32.load local.get $v47 local.get $v52 f32.sqrt f32.const 1.0000000116860974e-7 f32.add f32.div f32.const 0.0010000000474974513 f32.mul f32.sub local.set $v58
              local.get $v42 i32.const 2 i32.shl local.get $b0 i32.add local.get $v47 f32.store
              local.get $v42 i32.const 2 i32.shl local.get $b2 i32.add local.get $v52 f32.store
              local.get $v42 i32.const 2 i32.shl local.get $b3 i32.add local.get $v58 f32.store
              local.get $v42 i32.const 1 i32.add local.tee $v42 local.get $v6 i32.lt_s br_if 0
            end
          end
          local.get $v2 i32.const 1 i32.add local.tee $v2 local.get $hi i32.lt_s br_if 0
        end
      end)
  (func $rest (type 1) (param $a i32) (param $b i32) (result i32)
      local.get $a local.get $b i32.const 1 local.get $b i32.const 1 i32.add i32.const 1 i32.gt_u select i32.rem_s)
