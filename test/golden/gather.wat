  (func $kernel0 (type 0) (param $args i32) (param $symbols i32) (param $lo i32) (param $hi i32)
      (local $b0 i32) (local $b1 i32) (local $b2 i32) (local $v2 i32) (local $v4 i32) (local $v5 i32) (local $v6 i32) (local $v7 i32)
      (local $v13 i32) (local $v22 i32) (local $v10 i32) (local $v17 i32) (local $v18 f32)
      local.get $args i32.load local.set $b0
      local.get $args i32.load offset=4 local.set $b1
      local.get $args i32.load offset=8 local.set $b2
      local.get $lo local.set $v2
      block
        local.get $v2 local.get $hi i32.ge_s br_if 0
        loop
          local.get $v2 i32.const 3 i32.mul local.set $v4
          local.get $v4 i32.const 3 i32.add local.set $v5
          local.get $v5 i32.const 3 local.get $v5 i32.const 3 i32.lt_s select local.set $v6
          local.get $v4 local.set $v7
          block
            local.get $v7 local.get $v6 i32.ge_s br_if 0
            loop
              local.get $v7 i32.const 2 i32.shl local.get $b0 i32.add i32.load local.set $v13
              local.get $v7 i32.const 12 i32.mul local.set $v22
              i32.const 0 local.set $v10
              loop
                i32.const 0 local.get $v13 i32.le_s local.get $v13 i32.const 7 i32.lt_s i32.and local.set $v17
                f32.const 0 local.set $v18
                local.get $v17 if
                  local.get $v10 local.get $v13 i32.const 12 i32.mul i32.add i32.const 2 i32.shl local.get $b1 i32.add f32.load local.set $v18
                end
                local.get $v22 local.get $v10 i32.add i32.const 2 i32.shl local.get $b2 i32.add local.get $v18 f32.store
                local.get $v10 i32.const 1 i32.add local.tee $v10 i32.const 12 i32.lt_s br_if 0
              end
              local.get $v7 i32.const 1 i32.add local.tee $v7 local.get $v6 i32.lt_s br_if 0
            end
          end
          local.get $v2 i32.const 1 i32.add local.tee $v2 local.get $hi i32.lt_s br_if 0
        end
      end)
